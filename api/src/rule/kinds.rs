//! Items no town may have: for clicks, for the use of an app, or worth money. Pure.
//!
//! A word list stops no clever person; it keeps the honest from slipping and makes whoever wants
//! to slip write something that a second person, who signs the version, does not overlook.

use crate::platform::text::width::half;

/// Whatever else an item says: clicks are not service.
const CLICKS: &[&str] = &[
    "转发",
    "转帖",
    "转载",
    "转评赞",
    "点赞",
    "点个赞",
    "集赞",
    "一键三连",
    "公众号",
    "公号",
    "服务号",
    "订阅",
    "视频号",
    "朋友圈",
    "粉丝",
    "加粉",
    "涨粉",
    "吸粉",
    "刷视频",
    "刷短视频",
    "刷抖音",
    "看视频",
    "看短视频",
    "打榜",
    "打投",
    "步数",
    "微信运动",
    "评论",
    "跟帖",
    "抖音",
    "快手",
    "微博",
    "看直播",
    "观看直播",
    "线上投票",
    "网络投票",
    "网上投票",
    "拉票",
    "砍价",
    "加入微信群",
    "进群",
    "入群",
    "学习强国",
    "拉新",
    "推荐好友",
    "邀请好友",
    "好友注册",
    "推荐注册",
    "邀请注册",
    "注册账号",
    "扫码注册",
];

/// Using an app is none either, and points are not money; to help somebody with it, or to warn of
/// it, is another thing.
const APPS_AND_MONEY: &[&str] = &[
    "下载",
    "小程序",
    "客户端",
    "手机应用",
    "安装软件",
    "安装反诈",
    "使用软件",
    "打开软件",
    "登录软件",
    "登录平台",
    "手机打卡",
    "手机签到",
    "线上打卡",
    "线上签到",
    "网上打卡",
    "网上签到",
    "网络打卡",
    "网络签到",
    "现金",
    "兑现",
    "折现",
    "提现",
    "兑钱",
    "换钱",
    "抵现",
    "人民币",
    "奖金",
    "红包",
    "话费",
    "充值",
    "购物卡",
    "购物券",
    "代金券",
    "消费券",
];

/// Who says so helps, warns or gives.
const HELPING: &[&str] = &[
    "帮老人",
    "帮助老人",
    "教老人",
    "助老",
    "老年人",
    "防范",
    "预防",
    "防诈",
    "拒收",
    "拒绝",
    "抵制",
    "捐赠",
    "捐款",
];

/// Honest words in which the others seem to stand.
const INNOCENT: &[&str] = &[
    "发放",
    "收发",
    "发室",
    "手工",
    "粉刷",
    "上下",
    "站台",
    "看视频监控",
    "同步数",
    "进步数",
    "初步数",
    "逐步数",
    "评论坛",
    "文艺评论",
    "一元复始",
];

/// To vote is no service, unless it is an election that is being held.
const ELECTIONS: &[&str] =
    &["选举", "换届", "投票站", "投票点", "投票箱", "投票秩序", "投票现场", "监票", "计票"];

/// What stands between a sum and the points it buys.
const BETWEEN: &str = "等于抵折兑换为算值合即可";

/// Numbers, and `每` for one.
const NUMBERS: &str = "0123456789〇零一二两三四五六七八九十百千半每";

/// What is shared decides: a link, or what somebody knows.
const SHARED: &[&str] = &[
    "链接",
    "连结",
    "文章",
    "推文",
    "视频",
    "直播",
    "海报",
    "二维码",
    "网页",
    "好友",
    "微信群",
    "到群",
    "有礼",
];

/// What one follows and does not attend to, whoever it is of.
const FOLLOWED: &[&str] = &["微信群", "账号", "频道"];

/// Whom one may attend to. `关注` of anything else is following.
const ATTENDED: &[&str] = &[
    "留守",
    "老人",
    "老年",
    "儿童",
    "孤",
    "独居",
    "空巢",
    "残疾",
    "困难",
    "困境",
    "特殊",
    "弱势",
    "青少年",
    "未成年",
    "妇女",
    "孕",
    "病",
    "民生",
    "心理",
    "健康",
    "邻里",
    "邻居",
    "环境",
    "安全",
    "农民工",
    "军属",
    "烈属",
    "乡亲",
    "村民",
    "居民",
    "环卫",
    "低保",
    "五保",
    "产妇",
    "防火",
    "消防",
    "单亲",
    "失独",
    "退役",
    "教师",
];

/// The same in Latin letters, refused as whole words ("happy" is no "app").
const LATIN: &[&str] = &[
    "app",
    "follow",
    "forward",
    "like",
    "share",
    "download",
    "subscribe",
    "repost",
    "retweet",
    "tiktok",
    "douyin",
    "cash",
    "comment",
];

/// Traditional characters of the words above, and how they are written here.
const SIMPLIFIED: &[(char, char)] = &[
    ('轉', '转'),
    ('發', '发'),
    ('關', '关'),
    ('註', '注'),
    ('點', '点'),
    ('讚', '赞'),
    ('贊', '赞'),
    ('載', '载'),
    ('眾', '众'),
    ('號', '号'),
    ('視', '视'),
    ('頻', '频'),
    ('絲', '丝'),
    ('漲', '涨'),
    ('學', '学'),
    ('習', '习'),
    ('強', '强'),
    ('國', '国'),
    ('戶', '户'),
    ('薦', '荐'),
    ('請', '请'),
    ('冊', '册'),
    ('賬', '账'),
    ('帳', '账'),
    ('掃', '扫'),
    ('碼', '码'),
    ('裝', '装'),
    ('軟', '软'),
    ('體', '件'),
    ('開', '开'),
    ('錄', '录'),
    ('現', '现'),
    ('兌', '兑'),
    ('紅', '红'),
    ('話', '话'),
    ('費', '费'),
    ('購', '购'),
    ('鏈', '链'),
    ('連', '连'),
    ('結', '结'),
    ('網', '网'),
    ('頁', '页'),
    ('維', '维'),
    ('禮', '礼'),
    ('報', '报'),
    ('圈', '圈'),
    ('邊', '边'),
    ('領', '领'),
    ('觀', '观'),
    ('評', '评'),
    ('論', '论'),
    ('數', '数'),
    ('運', '运'),
    ('動', '动'),
    ('機', '机'),
    ('簽', '签'),
    ('線', '线'),
    ('絡', '络'),
    ('換', '换'),
    ('錢', '钱'),
    ('圓', '元'),
    ('選', '选'),
    ('舉', '举'),
    ('屆', '届'),
    ('監', '监'),
    ('計', '计'),
];

/// Whether an item of this name would reward what no item may.
pub(super) fn refused_kind(text: &str) -> bool {
    let text: String = text.chars().map(plain).collect::<String>().to_lowercase();
    // Spaces, points and dashes between the characters hide nothing.
    let mut dense: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    for word in INNOCENT {
        dense = dense.replace(word, "");
    }
    let holds = |words: &[&str]| words.iter().any(|word| dense.contains(word));
    holds(CLICKS)
        || (holds(APPS_AND_MONEY) && !holds(HELPING))
        || (dense.contains("投票") && !holds(ELECTIONS))
        || names_a_price(&dense)
        || follows(&dense, "分享", SHARED)
        || follows(&dense, "关注", FOLLOWED)
        || follows_another(&dense, "关注", ATTENDED)
        || (latin_words(&text).iter().any(|word| is_click(word)) && !holds(HELPING))
}

/// Whether it says what a point is worth in money, either way round: `一元一分`, `1分抵0.1元`.
fn names_a_price(text: &str) -> bool {
    let mut told = String::new();
    for c in text.chars().filter(|c| !BETWEEN.contains(*c)) {
        let figure = if NUMBERS.contains(c) { '1' } else { c };
        // A number of many digits is one number.
        if figure != '1' || !told.ends_with('1') {
            told.push(figure);
        }
    }
    told.contains("1元1分") || told.contains("1分1元")
}

/// Words in Latin letters; letters written one by one are one word.
fn latin_words(text: &str) -> Vec<String> {
    let (mut words, mut spelled) = (Vec::new(), String::new());
    for word in text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
        if word.len() == 1 {
            spelled.push_str(word);
        } else {
            words.push(word.to_owned());
            words.push(std::mem::take(&mut spelled));
        }
    }
    words.push(spelled);
    words
}

fn is_click(word: &str) -> bool {
    LATIN.iter().any(|known| *known == word || word.strip_suffix('s') == Some(known))
}

/// Half-width and simplified.
fn plain(c: char) -> char {
    let half = half(c);
    SIMPLIFIED.iter().find(|(old, _)| *old == half).map_or(half, |(_, new)| *new)
}

/// How far after a verb its object is looked for.
const NEAR: usize = 10;

/// What stands after each place of a verb.
fn objects<'t>(text: &'t str, verb: &'t str) -> impl Iterator<Item = String> + 't {
    text.split(verb).skip(1).map(|rest| rest.chars().take(NEAR).collect())
}

fn follows(text: &str, verb: &str, objects_of: &[&str]) -> bool {
    objects(text, verb).any(|rest| objects_of.iter().any(|object| rest.contains(object)))
}

fn follows_another(text: &str, verb: &str, objects_of: &[&str]) -> bool {
    objects(text, verb).any(|rest| !objects_of.iter().any(|object| rest.contains(object)))
}

#[cfg(test)]
#[path = "kinds_tests.rs"]
mod tests;
