//! admission: who may sign in, and what is said to who may not.

mod decision;
mod sign_in;
