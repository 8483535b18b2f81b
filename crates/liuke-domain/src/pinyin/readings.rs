//! Characters of names that are read in more than one way (多音字).

/// Readings of surnames that differ from the everyday reading (姓氏多音字); the first is the right one and the one lists are ordered by.
#[rustfmt::skip]
pub(super) const SURNAMES: &[(char, &[&str])] = &[
    ('曽', &["zeng"]), ('勒', &["le", "lei"]), ('冒', &["mao", "mo"]),
    ('单', &["shan", "dan"]), ('曾', &["zeng", "ceng"]), ('解', &["xie", "jie"]), ('仇', &["qiu", "chou"]),
    ('区', &["ou", "qu"]), ('查', &["zha", "cha"]), ('朴', &["piao", "pu"]), ('乐', &["yue", "le"]),
    ('盖', &["ge", "gai"]), ('任', &["ren"]), ('华', &["hua"]), ('翟', &["zhai", "di"]), ('覃', &["qin", "tan"]),
    ('尉', &["wei", "yu"]), ('万', &["wan"]), ('缪', &["miao", "mou"]), ('宓', &["mi", "fu"]), ('召', &["shao", "zhao"]),
    ('折', &["she", "zhe"]), ('种', &["chong", "zhong"]), ('黑', &["he", "hei"]), ('葛', &["ge"]), ('祭', &["zhai", "ji"]),
    ('繁', &["po", "fan"]), ('能', &["nai", "neng"]), ('秘', &["bi", "mi"]), ('牟', &["mou", "mu"]),
    ('莘', &["shen", "xin"]), ('粘', &["nian", "zhan"]), ('谌', &["chen", "shen"]), ('车', &["che", "ju"]),
    ('隗', &["wei", "kui"]), ('员', &["yun", "yuan"]), ('贠', &["yun", "yuan"]), ('郗', &["xi", "chi"]),
    ('郄', &["qie", "xi"]), ('晁', &["chao"]), ('钭', &["tou", "dou"]), ('宿', &["su", "xiu"]), ('洗', &["xian", "xi"]),
    ('冼', &["xian"]), ('么', &["yao", "me"]), ('幺', &["yao"]), ('强', &["qiang", "jiang"]), ('那', &["na", "nuo"]),
    ('都', &["du", "dou"]), ('石', &["shi"]), ('谷', &["gu"]), ('贾', &["jia", "gu"]), ('沈', &["shen", "chen"]),
    ('冯', &["feng"]), ('薄', &["bo", "bao"]), ('柏', &["bai", "bo"]), ('藏', &["zang", "cang"]), ('臧', &["zang"]),
    ('过', &["guo"]), ('郇', &["xun", "huan"]), ('颉', &["xie", "jie"]), ('洪', &["hong"]), ('应', &["ying"]),
    ('燕', &["yan"]), ('纪', &["ji"]), ('宁', &["ning"]), ('尹', &["yin"]), ('撒', &["sa"]), ('佴', &["nai", "er"]),
    ('乜', &["nie", "mie"]), ('逄', &["pang"]), ('庞', &["pang"]), ('曲', &["qu"]), ('卜', &["bu"]), ('哈', &["ha"]),
    ('褚', &["chu"]), ('於', &["yu"]), ('适', &["kuo", "shi"]), ('相', &["xiang"]), ('行', &["xing", "hang"]),
    ('长', &["zhang", "chang"]), ('呙', &["guo"]), ('戚', &["qi"]), ('殷', &["yin"]), ('笪', &["da"]), ('禚', &["zhuo"]),
    ('厍', &["she"]), ('仉', &["zhang"]), ('訾', &["zi"]), ('眭', &["sui"]), ('乘', &["cheng", "sheng"]),
    ('重', &["chong", "zhong"]), ('俞', &["yu"]), ('盛', &["sheng", "cheng"]), ('夏', &["xia"]), ('厦', &["xia", "sha"]),
    ('六', &["lu", "liu"]), ('会', &["hui", "kuai"]), ('句', &["gou", "ju"]), ('番', &["pan", "fan"]),
    ('蔚', &["yu", "wei"]), ('令', &["ling"]), ('澹', &["tan", "dan"]), ('璩', &["qu"]), ('瞿', &["qu"]), ('叶', &["ye"]),
    ('余', &["yu"]), ('奇', &["qi"]), ('降', &["jiang", "xiang"]), ('不', &["fou", "bu"]), ('大', &["da"]), ('亓', &["qi"]),
    ('郝', &["hao"]), ('闫', &["yan"]), ('肖', &["xiao"]), ('吕', &["lv"]), ('闾', &["lv"]),
];

/// Surnames of two characters that are not read as their characters (复姓); everyday misreadings behind.
#[rustfmt::skip]
pub(super) const COMPOUND: &[(&str, &[[&str; 2]])] = &[
    ("尉迟", &[["yu", "chi"], ["wei", "chi"]]), ("万俟", &[["mo", "qi"], ["wan", "si"], ["wan", "qi"]]),
    ("长孙", &[["zhang", "sun"], ["chang", "sun"]]), ("澹台", &[["tan", "tai"], ["dan", "tai"]]),
    ("单于", &[["chan", "yu"], ["shan", "yu"], ["dan", "yu"]]), ("乐正", &[["yue", "zheng"], ["le", "zheng"]]),
    ("子车", &[["zi", "ju"], ["zi", "che"]]), ("拓跋", &[["tuo", "ba"]]), ("尉缭", &[["wei", "liao"], ["yu", "liao"]]),
    ("令狐", &[["ling", "hu"]]), ("鲜于", &[["xian", "yu"]]), ("宰父", &[["zai", "fu"]]), ("夏侯", &[["xia", "hou"]]),
    ("皇甫", &[["huang", "fu"]]), ("濮阳", &[["pu", "yang"]]), ("诸葛", &[["zhu", "ge"]]), ("淳于", &[["chun", "yu"]]),
    ("申屠", &[["shen", "tu"]]), ("呼延", &[["hu", "yan"]]), ("仲长", &[["zhong", "chang"], ["zhong", "zhang"]]),
];

/// Characters that are read in two ways inside given names and firm names (常见多音字); the more usual first.
#[rustfmt::skip]
pub(super) const GIVEN: &[(char, &[&str])] = &[
    ('乐', &["le", "yue"]), ('长', &["chang", "zhang"]), ('行', &["xing", "hang"]), ('重', &["chong", "zhong"]),
    ('朝', &["chao", "zhao"]), ('茜', &["qian", "xi"]), ('莎', &["sha", "suo"]), ('晟', &["sheng", "cheng"]),
    ('盛', &["sheng", "cheng"]), ('传', &["chuan", "zhuan"]), ('柏', &["bai", "bo"]), ('曾', &["zeng", "ceng"]),
    ('单', &["dan", "shan"]), ('解', &["jie", "xie"]), ('车', &["che"]), ('都', &["du", "dou"]), ('强', &["qiang"]),
    ('贾', &["jia"]), ('厦', &["xia", "sha"]), ('六', &["liu", "lu"]), ('朴', &["pu", "piao"]), ('洋', &["yang"]),
    ('桢', &["zhen"]), ('祯', &["zhen"]), ('珏', &["jue"]), ('婷', &["ting"]), ('翟', &["zhai", "di"]),
    ('降', &["jiang", "xiang"]), ('藏', &["zang", "cang"]), ('弹', &["dan", "tan"]), ('调', &["tiao", "diao"]),
    ('参', &["can", "shen"]), ('还', &["huan", "hai"]), ('好', &["hao"]), ('少', &["shao"]), ('和', &["he"]),
    ('大', &["da"]), ('地', &["di"]), ('得', &["de"]), ('的', &["de", "di"]), ('会', &["hui", "kuai"]), ('百', &["bai"]),
    ('石', &["shi"]), ('广', &["guang"]), ('什', &["shi", "shen"]), ('南', &["nan"]), ('茄', &["qie", "jia"]),
    ('艾', &["ai", "yi"]), ('扎', &["zha", "za"]), ('卡', &["ka", "qia"]), ('娜', &["na", "nuo"]), ('伽', &["jia", "qie"]),
    ('颉', &["jie", "xie"]), ('隽', &["jun", "juan"]), ('俊', &["jun"]), ('玮', &["wei"]), ('炜', &["wei"]),
    ('琪', &["qi"]), ('尉', &["wei", "yu"]), ('禅', &["chan", "shan"]), ('焘', &["tao", "dao"]), ('钰', &["yu"]),
    ('歙', &["she", "xi"]), ('亳', &["bo"]), ('铅', &["qian", "yan"]), ('蚌', &["beng", "bang"]), ('台', &["tai"]),
    ('阿', &["a", "e"]), ('圳', &["zhen"]), ('省', &["sheng", "xing"]), ('薇', &["wei"]), ('率', &["shuai", "lv"]),
    ('茹', &["ru"]), ('荥', &["xing", "ying"]), ('枞', &["zong", "cong"]), ('监', &["jian"]), ('载', &["zai"]),
    ('奇', &["qi"]), ('更', &["geng"]), ('中', &["zhong"]), ('兴', &["xing"]), ('正', &["zheng"]), ('相', &["xiang"]),
    ('应', &["ying"]), ('为', &["wei"]), ('宁', &["ning"]), ('占', &["zhan"]), ('纪', &["ji"]), ('华', &["hua"]),
    ('燕', &["yan"]), ('系', &["xi", "ji"]),
];
