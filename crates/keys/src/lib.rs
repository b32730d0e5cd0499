//! The key hierarchy at run time: root, tenant, epoch.
