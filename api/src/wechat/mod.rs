//! The only place that knows WeChat.
