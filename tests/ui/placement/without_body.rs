use portcullis::protected;

trait Users {
    #[protected]
    async fn list();
}

fn main() {}
