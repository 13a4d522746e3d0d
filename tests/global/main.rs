//! What is configured for the whole process.
