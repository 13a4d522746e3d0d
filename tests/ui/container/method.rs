use portcullis::protected;

struct Api;

#[protected]
impl Api {
    async fn list(&self) {}
}

fn main() {
    let _ = Api::list;
}
