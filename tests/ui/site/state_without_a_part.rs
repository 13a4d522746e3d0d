use axum::extract::State;
use portcullis::{Auth, protected};

#[protected(state = Auth)]
async fn users(State(name): State<String>) {
    drop(name);
}

fn main() {}
