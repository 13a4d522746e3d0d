//! Moments in answers, told by how far from now they are.

use std::time::{SystemTime, UNIX_EPOCH};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const HOUR: i64 = 60 * 60;

/// `in 720 hours`, for a moment in that many hours give or take a minute, else `at` and the moment.
pub fn from_now(text: &str) -> String {
    let Some(moment) = http_date(text).or_else(|| iso_date(text)) else {
        return format!("at {text}");
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = moment - now.expect("after 1970").as_secs().cast_signed();
    let hours = (seconds + HOUR / 2).div_euclid(HOUR);
    if (seconds - hours * HOUR).abs() < 60 {
        format!("in {hours} hours")
    } else {
        format!("at {text}")
    }
}

/// `Sat, 21 Nov 2026 13:41:45 GMT`.
fn http_date(text: &str) -> Option<i64> {
    let (_, text) = text.split_once(", ")?;
    let [day, month, year, time] = parts(text.strip_suffix(" GMT")?, ' ')?;
    let month = MONTHS.iter().position(|name| *name == month)?;
    let day = (day.len() == 2).then_some(day)?.parse().ok()?;
    moment(
        year.parse().ok()?,
        i64::try_from(month).ok()? + 1,
        day,
        time,
    )
}

/// `2026-11-21T13:41:45.123Z`, always with milliseconds.
fn iso_date(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let [year, month, day] = parts(date, '-')?;
    let (time, fraction) = time.strip_suffix('Z')?.split_once('.')?;
    (fraction.len() == 3).then_some(())?;
    moment(
        year.parse().ok()?,
        month.parse().ok()?,
        day.parse().ok()?,
        time,
    )
}

fn moment(year: i64, month: i64, day: i64, time: &str) -> Option<i64> {
    let [hour, minute, second] = parts(time, ':')?;
    let [hour, minute, second]: [i64; 3] = [
        hour.parse().ok()?,
        minute.parse().ok()?,
        second.parse().ok()?,
    ];
    // Years that begin in March end with the leap day.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    Some(((days - 719_468) * 24 + hour) * HOUR + minute * 60 + second)
}

fn parts<const N: usize>(text: &str, separator: char) -> Option<[&str; N]> {
    text.split(separator).collect::<Vec<_>>().try_into().ok()
}
