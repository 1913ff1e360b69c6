//! What a take-over of paper books may be refused for.

crate::codes! {
    /// The file has rows with faults: it is corrected and uploaded again.
    IMPORT_FAULTY = ("import_faulty", 409, "文件有问题，请改正后重新上传", "The file has faults");
    /// The digest is not that of the file that was checked.
    DIGEST_MISMATCH = ("digest_mismatch", 409, "摘要与核对的内容不一致", "The digest does not fit");
    /// Whoever uploaded the file does not confirm it.
    SECOND_PERSON_REQUIRED = ("second_person_required", 403, "须由上传人以外的另一人确认", "A second person must commit");
}
