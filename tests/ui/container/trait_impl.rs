use portcullis::protected;

struct Api;

trait List {
    async fn list();
}

#[protected]
impl List for Api {
    async fn list() {}
}

fn main() {
    let _ = Api::list;
}
