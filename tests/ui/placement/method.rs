use portcullis::protected;

struct Users;

impl Users {
    #[protected]
    async fn list(&self) {}
}

fn main() {}
