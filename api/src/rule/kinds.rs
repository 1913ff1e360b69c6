//! Items no town may have: for clicks, for the use of an app, or worth money. Pure.
//!
//! A word list stops no clever person; it keeps the honest from slipping and makes whoever wants
//! to slip write something that a second person, who signs the version, does not overlook.

/// Whatever else an item says: clicks are not service, and points are not money.
const NEVER: &[&str] = &[
    "转发",
    "点赞",
    "集赞",
    "下载",
    "公众号",
    "视频号",
    "朋友圈",
    "粉丝",
    "加粉",
    "涨粉",
    "吸粉",
    "刷视频",
    "刷短视频",
    "刷抖音",
    "抖音",
    "快手",
    "微博",
    "学习强国",
    "小程序",
    "客户端",
    "拉新",
    "推荐好友",
    "邀请好友",
    "好友注册",
    "推荐注册",
    "邀请注册",
    "注册账号",
    "扫码注册",
    "安装软件",
    "使用软件",
    "打开软件",
    "登录软件",
    "现金",
    "兑现",
    "提现",
    "红包",
    "话费",
    "充值",
    "购物卡",
];

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
    "tiktok",
    "douyin",
    "cash",
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
];

/// Whether an item of this name would reward what no item may.
pub(super) fn refused_kind(text: &str) -> bool {
    let text: String = text.chars().map(plain).collect::<String>().to_lowercase();
    // Spaces, points and dashes between the characters hide nothing.
    let dense: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    NEVER.iter().any(|word| dense.contains(word))
        || follows(&dense, "分享", SHARED)
        || follows_another(&dense, "关注", ATTENDED)
        || text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| LATIN.contains(&word))
}

/// Half-width and simplified.
fn plain(c: char) -> char {
    let half = match c {
        '\u{ff01}'..='\u{ff5e}' => {
            u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c)
        }
        other => other,
    };
    SIMPLIFIED.iter().find(|(old, _)| *old == half).map_or(half, |(_, new)| *new)
}

/// How far after a verb its object is looked for.
const NEAR: usize = 6;

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
mod tests {
    use super::*;

    #[test]
    fn items_for_clicks_apps_and_money_are_refused_however_they_are_written() {
        for text in [
            "转发公众号文章",
            "转 发",
            "轉發文章",
            "转·发·文章",
            "分 享 链接",
            "分享鏈接到群",
            "关注公众号",
            "关注",
            "關注我們",
            "加粉丝",
            "刷短视频",
            "推荐好友注册",
            "学习强国积分",
            "學習強國",
            "宣传公众号活动",
            "兑换现金",
            "现金",
            "兌換現金",
            "ＡＰＰ打卡",
            "app 打卡",
            "Share our page",
            "点　赞",
            "下载",
            "发红包",
        ] {
            assert!(refused_kind(text), "{text}");
        }
    }

    #[test]
    fn honest_items_pass() {
        for text in [
            "关注留守儿童",
            "分享种植经验",
            "经验分享会",
            "环境卫生",
            "关注独居老人",
            "happy",
            "拍摄文明实践短视频",
            "推荐身边好人",
            "志愿者注册登记引导",
            "发放宣传单",
            "兑换点值守",
            "关注邻里困难户",
            "照看开关",
            "HJ01",
            "荣誉",
        ] {
            assert!(!refused_kind(text), "{text}");
        }
    }
}
