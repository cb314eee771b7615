//! Rows that are locked until the transaction ends.

use super::shelf::{Author, Book, book, filled};
use umbral::backend::{BackendFeature, Statement};
use umbral::prelude::*;
use umbral_testkit::{each_engine, expect_queries};

#[test]
fn locked_rows_are_left_to_who_has_them() {
    each_engine(async |database| {
        let db = filled(database).await;
        // Some servers lock what they read to find the rows: they find these by an index, as in any table
        // of some size that the server knows the size of.
        let others = (0..500).map(|number| book(&format!("Other {number}"), 4)).collect();
        Book::bulk_create(others).exec(&db).await.unwrap();
        let locking = || Book::objects().for_update().order_by(|b| b.id.asc());
        if !db.backend().supports(BackendFeature::RowLocks) {
            let refused = expect_queries(&db, 0, async |db| locking().all(db).await).await.unwrap_err();
            assert!(refused.is_unsupported() && refused.hint().is_some(), "{refused:?}");
            return;
        }
        let tables =
            if database.label().starts_with("postgres") { "" } else { "TABLE shelf_book, shelf_author" };
        db.driver().execute(Statement::new(format!("ANALYZE {tables}"))).await.unwrap();
        let one = db.begin(TxOptions::new()).await.unwrap();
        let mine = locking().filter(|b| b.author().name.eq("Ann")).all(&one).await.unwrap();
        assert_eq!(mine.len(), 2);
        let other = db.begin(TxOptions::new()).await.unwrap();
        let free = locking().skip_locked().select_related(|b| b.editor()).all(&other).await.unwrap();
        assert_eq!(free.len(), 504);
        assert_eq!(free[..4].iter().map(|book| book.id).collect::<Vec<_>>(), [3, 4, 5, 6]);
        assert!(free[0].editor.as_ref().is_some_and(|editor| editor.get().is_some()));
        assert_eq!(
            locking().skip_locked().limit(1).first(&other).await.unwrap().map(|book| book.id),
            Some(3)
        );
        let authors = Author::objects().for_update().skip_locked().all(&other).await.unwrap();
        assert_eq!(authors.len(), 4, "a lock of books that are chosen by their authors locks no author");
        let read = Book::objects().count(&other).await.unwrap();
        assert_eq!(read, 506, "who only reads does not wait");
        one.commit().await.unwrap();
        assert_eq!(locking().skip_locked().all(&other).await.unwrap().len(), 506);
        other.rollback().await.unwrap();
    });
}
