//! Answering with a file, a piece at a time.

use std::fs::File;
use std::io::Read;

use actix_web::body::SizedStream;
use actix_web::web::{Bytes, block};
use futures_util::stream::{self, Stream};

use crate::platform::failure::Failure;

/// Bytes read at a time.
const PIECE: usize = 64 * 1024;

/// A file from where it stands to its end, read as the client takes it: no more than a piece is
/// in memory. Its length is told, so that a client sees when the end is missing.
///
/// # Errors
/// When the file's length cannot be read.
pub(crate) fn whole_file(
    file: File,
) -> Result<SizedStream<impl Stream<Item = std::io::Result<Bytes>>>, Failure> {
    let length = file.metadata().map_err(Failure::internal)?.len();
    let pieces = stream::unfold(Some(file), |file| async move {
        let mut file = file?;
        let read = block(move || {
            let mut piece = Vec::with_capacity(PIECE);
            let most = u64::try_from(PIECE).unwrap_or(u64::MAX);
            file.by_ref().take(most).read_to_end(&mut piece).map(|_| (piece, file))
        });
        match read.await {
            Ok(Ok((piece, _))) if piece.is_empty() => None,
            Ok(Ok((piece, file))) => Some((Ok(Bytes::from(piece)), Some(file))),
            Ok(Err(error)) => Some((Err(error), None)),
            Err(error) => Some((Err(std::io::Error::other(error)), None)),
        }
    });
    Ok(SizedStream::new(length, Box::pin(pieces)))
}
