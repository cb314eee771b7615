//! Rows that are locked until the transaction ends.

use super::shelf::{Book, filled};
use umbral::backend::BackendFeature;
use umbral::prelude::*;
use umbral_testkit::{each_engine, expect_queries};

#[test]
fn locked_rows_are_left_to_who_has_them() {
    each_engine(async |database| {
        let db = filled(database).await;
        let locking = || Book::objects().for_update().order_by(|b| b.id.asc());
        if !db.backend().supports(BackendFeature::RowLocks) {
            let refused = expect_queries(&db, 0, async |db| locking().all(db).await).await.unwrap_err();
            assert!(refused.is_unsupported() && refused.hint().is_some(), "{refused:?}");
            return;
        }
        let one = db.begin(TxOptions::new()).await.unwrap();
        let mine = locking().filter(|b| b.author().name.eq("Ann")).all(&one).await.unwrap();
        assert_eq!(mine.len(), 2);
        let other = db.begin(TxOptions::new()).await.unwrap();
        let free = locking().skip_locked().select_related(|b| b.editor()).all(&other).await.unwrap();
        assert_eq!(free.iter().map(|book| book.id).collect::<Vec<_>>(), [3, 4, 5, 6]);
        assert!(free[0].editor.as_ref().is_some_and(|editor| editor.get().is_some()));
        assert_eq!(
            locking().skip_locked().limit(1).first(&other).await.unwrap().map(|book| book.id),
            Some(3)
        );
        let read = Book::objects().count(&other).await.unwrap();
        assert_eq!(read, 6, "who only reads does not wait");
        one.commit().await.unwrap();
        assert_eq!(locking().skip_locked().all(&other).await.unwrap().len(), 6);
        other.rollback().await.unwrap();
    });
}
