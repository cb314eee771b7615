//! The commands: one file each.

mod check;
mod features;
mod init;
mod makemigrations;
mod migrate;
mod showmigrations;
mod sqlmigrate;

pub(crate) use check::check;
pub(crate) use features::features;
pub(crate) use init::init;
pub(crate) use makemigrations::makemigrations;
pub(crate) use migrate::migrate;
pub(crate) use showmigrations::showmigrations;
pub(crate) use sqlmigrate::sqlmigrate;
