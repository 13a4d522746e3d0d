use portcullis::protected;

struct Users;

impl Users {
    #[protected]
    async fn list() -> Option<Self> {
        None
    }
}

fn main() {}
