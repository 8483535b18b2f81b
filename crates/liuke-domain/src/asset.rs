//! Vehicles and equipment (车辆/设备): plates (车牌, GA 36) and VINs (车架号, GB 16735 / ISO 3779).

use serde::{Deserialize, Serialize};

use crate::text;

crate::text_enum! {
    /// What a customer owns and we service (资产类型).
    AssetKind {
        /// 车辆.
        Vehicle => "vehicle",
        /// 设备.
        Equipment => "equipment",
    }
}

crate::text_enum! {
    /// Kinds of plate (号牌种类).
    PlateKind {
        /// Seven characters (蓝牌/黄牌).
        Ordinary => "ordinary",
        /// 新能源 of small vehicles: letter in the third place.
        NewEnergySmall => "new_energy_small",
        /// 新能源 of large vehicles: letter in the last place.
        NewEnergyLarge => "new_energy_large",
        /// 教练车 (学).
        Learner => "learner",
        /// 警车 (警).
        Police => "police",
        /// 粤Z…港.
        HongKong => "hong_kong",
        /// 粤Z…澳.
        Macau => "macau",
        /// 挂车 (挂).
        Trailer => "trailer",
        /// 试验车、超限车 (试/超).
        Test => "test",
        /// 使馆 (使).
        Embassy => "embassy",
        /// 领馆 (领).
        Consulate => "consulate",
        /// 应急救援 (应急).
        Emergency => "emergency",
        /// 武警 (WJ).
        ArmedPolice => "armed_police",
    }
}

crate::text_enum! {
    /// Why a plate cannot exist (车牌问题).
    PlateProblem {
        /// Nothing there.
        Empty => "empty",
        /// Does not begin with the short name of a province (省份简称).
        NoProvince => "no_province",
        /// The second place is not a letter of an issuing office (发牌机关代号).
        NoOffice => "no_office",
        /// Neither seven nor, for new energy, eight characters.
        WrongLength => "wrong_length",
        /// I and O are never used, since they look like 1 and 0.
        LetterIOrO => "letter_i_or_o",
        /// Eight characters, but no new-energy pattern.
        NotNewEnergy => "not_new_energy",
        /// A character that no plate has.
        BadCharacter => "bad_character",
    }
}

/// A plate that can exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plate {
    /// Without separators, upper case: `京A12345`; the form for look-up and uniqueness.
    pub key: String,
    /// As people read it: `京A·12345`.
    pub display: String,
    /// Kind of plate.
    pub kind: PlateKind,
}

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
/// Letters of new-energy plates: battery A–E, other F–K without I.
const NEW_ENERGY: &str = "ABCDEFGHJK";

/// The look-up form of whatever was typed for a plate: half width, upper case, no separators. Valid or not.
pub fn plate_key(input: &str) -> String {
    text::fold_width(input)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// Reads a plate.
pub fn plate(input: &str) -> Result<Plate, PlateProblem> {
    let key = plate_key(input);
    let characters: Vec<char> = key.chars().collect();
    let (kind, head) = match characters.as_slice() {
        [] => return Err(PlateProblem::Empty),
        ['W', 'J', rest @ ..] => (armed_police(rest)?, 2),
        [first, ..] if first.is_ascii_digit() => (embassy(&characters)?, 0),
        ['使', rest @ ..] => (embassy_old(rest)?, 0),
        [province, ..] if !PROVINCES.contains(*province) => return Err(PlateProblem::NoProvince),
        [_, office, serial @ ..] => {
            if !office.is_ascii_uppercase() || *office == 'I' {
                return Err(PlateProblem::NoOffice);
            }
            (serial_kind(&characters, serial)?, 2)
        }
        _ => return Err(PlateProblem::WrongLength),
    };
    let display = if head == 0 {
        key.clone()
    } else {
        let (front, back): (String, String) = (
            characters.iter().take(head).collect(),
            characters.iter().skip(head).collect(),
        );
        format!("{front}{}{back}", text::MIDDLE_DOT)
    };
    Ok(Plate { key, display, kind })
}

fn serial_kind(all: &[char], serial: &[char]) -> Result<PlateKind, PlateProblem> {
    match serial {
        [number @ .., '应', '急'] if number.len() == 4 => {
            check(number).map(|()| PlateKind::Emergency)
        }
        [number @ .., last] if number.len() == 4 && text::is_han(*last) => {
            check(number)?;
            let zhuhai = all.starts_with(&['粤', 'Z']);
            match last {
                '学' => Ok(PlateKind::Learner),
                '警' => Ok(PlateKind::Police),
                '挂' => Ok(PlateKind::Trailer),
                '试' | '超' => Ok(PlateKind::Test),
                '领' => Ok(PlateKind::Consulate),
                '港' if zhuhai => Ok(PlateKind::HongKong),
                '澳' if zhuhai => Ok(PlateKind::Macau),
                _ => Err(PlateProblem::BadCharacter),
            }
        }
        number if number.len() == 5 => check(number).map(|()| PlateKind::Ordinary),
        number if number.len() == 6 => {
            check(number)?;
            new_energy(number).ok_or(PlateProblem::NotNewEnergy)
        }
        _ => Err(PlateProblem::WrongLength),
    }
}

fn new_energy(number: &[char]) -> Option<PlateKind> {
    let digits = |part: &[char]| part.iter().all(char::is_ascii_digit);
    match number {
        [letter, _, rest @ ..] if NEW_ENERGY.contains(*letter) && digits(rest) => {
            Some(PlateKind::NewEnergySmall)
        }
        [rest @ .., letter] if NEW_ENERGY.contains(*letter) && digits(rest) => {
            Some(PlateKind::NewEnergyLarge)
        }
        _ => None,
    }
}

fn embassy(all: &[char]) -> Result<PlateKind, PlateProblem> {
    match all {
        [number @ .., '使'] if number.len() == 6 => check(number).map(|()| PlateKind::Embassy),
        _ => Err(PlateProblem::NoProvince),
    }
}

fn embassy_old(number: &[char]) -> Result<PlateKind, PlateProblem> {
    if number.len() == 6 {
        check(number).map(|()| PlateKind::Embassy)
    } else {
        Err(PlateProblem::WrongLength)
    }
}

fn armed_police(rest: &[char]) -> Result<PlateKind, PlateProblem> {
    let number = match rest {
        [province, number @ ..] if PROVINCES.contains(*province) => number,
        number => number,
    };
    if number.len() != 5 {
        return Err(PlateProblem::WrongLength);
    }
    check(number).map(|()| PlateKind::ArmedPolice)
}

fn check(number: &[char]) -> Result<(), PlateProblem> {
    for c in number {
        match c {
            'I' | 'O' => return Err(PlateProblem::LetterIOrO),
            c if c.is_ascii_digit() || c.is_ascii_uppercase() => {}
            _ => return Err(PlateProblem::BadCharacter),
        }
    }
    Ok(())
}

crate::text_enum! {
    /// Why a VIN cannot be right (车架号问题).
    VinProblem {
        /// Nothing there.
        Empty => "empty",
        /// Not seventeen characters.
        WrongLength => "wrong_length",
        /// I, O, Q or something that is neither letter nor digit.
        BadCharacter => "bad_character",
        /// The ninth place does not match the others (校验位不符). Binding for vehicles made in China and North America; vehicles from
        /// elsewhere may carry any character there, so that this is a warning and no refusal.
        CheckDigit => "check_digit",
    }
}

impl VinProblem {
    /// Whether the VIN may be stored all the same.
    pub const fn is_warning(self) -> bool {
        matches!(self, Self::CheckDigit)
    }
}

/// The look-up form of whatever was typed for a VIN: half width, upper case, letters and digits only.
pub fn vin_key(input: &str) -> String {
    text::fold_width(input)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// What is wrong with a VIN; `None` when it can be right.
pub fn vin_problem(input: &str) -> Option<VinProblem> {
    let key = vin_key(input);
    if key.is_empty() {
        return Some(VinProblem::Empty);
    }
    if text::fold_width(input).chars().any(text::is_han) || key.contains(['I', 'O', 'Q']) {
        return Some(VinProblem::BadCharacter);
    }
    if key.len() != 17 {
        return Some(VinProblem::WrongLength);
    }
    (key.chars().nth(8) != check_digit(&key)).then_some(VinProblem::CheckDigit)
}

/// The check digit that belongs in the ninth place (校验位): weighted sum of the transliterated characters modulo 11, 10 written as X.
pub fn check_digit(key: &str) -> Option<char> {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    if key.chars().count() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (c, weight) in key.chars().zip(WEIGHTS) {
        sum += transliterate(c)? * weight;
    }
    match sum % 11 {
        10 => Some('X'),
        rest => char::from_digit(rest, 10),
    }
}

fn transliterate(c: char) -> Option<u32> {
    Some(match c {
        '0'..='9' => c.to_digit(10)?,
        'A' | 'J' => 1,
        'B' | 'K' | 'S' => 2,
        'C' | 'L' | 'T' => 3,
        'D' | 'M' | 'U' => 4,
        'E' | 'N' | 'V' => 5,
        'F' | 'W' => 6,
        'G' | 'P' | 'X' => 7,
        'H' | 'Y' => 8,
        'R' | 'Z' => 9,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plates_of_every_kind_are_recognised() {
        for (input, kind, display) in [
            ("京A12345", PlateKind::Ordinary, "京A·12345"),
            ("京a·1234 5", PlateKind::Ordinary, "京A·12345"),
            ("粤Ｂ－Ａ１２３４", PlateKind::Ordinary, "粤B·A1234"),
            ("沪AD12345", PlateKind::NewEnergySmall, "沪A·D12345"),
            ("粤BDF1234", PlateKind::NewEnergySmall, "粤B·DF1234"),
            ("粤B12345D", PlateKind::NewEnergyLarge, "粤B·12345D"),
            ("浙A1234学", PlateKind::Learner, "浙A·1234学"),
            ("京O1234警", PlateKind::Police, "京O·1234警"),
            ("粤Z1234港", PlateKind::HongKong, "粤Z·1234港"),
            ("粤ZA123澳", PlateKind::Macau, "粤Z·A123澳"),
            ("鲁B1234挂", PlateKind::Trailer, "鲁B·1234挂"),
            ("沪A1234领", PlateKind::Consulate, "沪A·1234领"),
            ("014578使", PlateKind::Embassy, "014578使"),
            ("京X1234应急", PlateKind::Emergency, "京X·1234应急"),
            ("WJ京12345", PlateKind::ArmedPolice, "WJ·京12345"),
        ] {
            let plate = plate(input).unwrap();
            assert_eq!(
                (plate.kind, plate.display.as_str()),
                (kind, display),
                "{input}"
            );
        }
    }

    #[test]
    fn plates_that_cannot_exist_say_why() {
        for (input, problem) in [
            ("", PlateProblem::Empty),
            ("A12345", PlateProblem::NoProvince),
            ("台A12345", PlateProblem::NoProvince),
            ("京112345", PlateProblem::NoOffice),
            ("京I12345", PlateProblem::NoOffice),
            ("京A1234", PlateProblem::WrongLength),
            ("京A1234567", PlateProblem::WrongLength),
            ("京AI2345", PlateProblem::LetterIOrO),
            ("京A123456", PlateProblem::NotNewEnergy),
            ("京A1234港", PlateProblem::BadCharacter),
            ("京", PlateProblem::WrongLength),
            ("无牌", PlateProblem::NoProvince),
        ] {
            assert_eq!(plate(input), Err(problem), "{input}");
        }
    }

    #[test]
    fn vins_are_checked_by_their_ninth_place() {
        for good in [
            "1M8GDM9AXKP042788",
            "11111111111111111",
            "LSGJA52U8AH123452",
            "1hgcm82633a004352",
            "LFV2A21K8A3000000",
        ] {
            let key = vin_key(good);
            let expected = check_digit(&key);
            let fixed: String = key
                .chars()
                .enumerate()
                .map(|(i, c)| if i == 8 { expected.unwrap() } else { c })
                .collect();
            assert_eq!(vin_problem(&fixed), None, "{good}");
        }
        assert_eq!(vin_problem("1M8GDM9AXKP042788"), None);
        assert_eq!(vin_problem("1HGCM82633A004352"), None);
        assert_eq!(vin_problem(" 1hgc m826 33a0 04352 "), None);
        for (input, problem) in [
            ("", VinProblem::Empty),
            ("1M8GDM9A1KP042788", VinProblem::CheckDigit),
            ("1M8GDM9AXKP04278", VinProblem::WrongLength),
            ("IM8GDM9AXKP042788", VinProblem::BadCharacter),
            ("车架1M8GDM9AXKP042788", VinProblem::BadCharacter),
        ] {
            assert_eq!(vin_problem(input), Some(problem), "{input}");
        }
        assert!(VinProblem::CheckDigit.is_warning() && !VinProblem::WrongLength.is_warning());
    }

    proptest! {
        #[test]
        fn one_wrong_digit_in_a_vin_is_noticed(serial in "[A-HJ-NPR-Z0-9]{8}", tail in "[0-9]{8}", at in 9usize..17, other in 1u32..10) {
            let mut vin: Vec<char> = format!("{serial}0{tail}").chars().collect();
            let right = check_digit(&vin.iter().collect::<String>()).unwrap_or('0');
            if let Some(place) = vin.get_mut(8) { *place = right; }
            let good: String = vin.iter().collect();
            prop_assert_eq!(vin_problem(&good), None);
            if let Some(place) = vin.get_mut(at) {
                *place = place.to_digit(10).and_then(|d| char::from_digit((d + other) % 10, 10)).unwrap_or('0');
            }
            let changed: String = vin.iter().collect();
            prop_assert_eq!(vin_problem(&changed), Some(VinProblem::CheckDigit));
        }

        #[test]
        fn no_text_makes_it_panic(input in "\\PC{0,20}") {
            let _ = plate(&input);
            let _ = vin_problem(&input);
        }
    }
}
