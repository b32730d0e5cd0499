mod mailboxes;
mod policy;
mod users;
