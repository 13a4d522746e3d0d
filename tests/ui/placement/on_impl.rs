use portcullis::protected;

struct Users;

#[protected]
impl Users {
    async fn list() {}
}

fn main() {}
