mod policy;
mod users;
