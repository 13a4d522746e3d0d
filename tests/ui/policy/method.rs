use portcullis::{Session, policy};

struct Posts;

impl Posts {
    #[policy]
    async fn owns_post(&self, _: &Session) -> bool {
        true
    }
}

fn main() {
    let _ = Posts::owns_post;
}
