//! What people declare: process files and calendars, read strictly and compiled to the form that
//! is published. Nothing here touches the store or the network.

pub mod calendars;
