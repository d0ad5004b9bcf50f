//! Functions of passwords: hashes that take long on purpose, and passwords derived from a master password.

use aws_lc_rs::hmac;
use base64::{
    Engine,
    engine::general_purpose::{GeneralPurpose, NO_PAD},
};
use scrypt::Params;
use zeroize::Zeroizing;

use crate::{
    Text, Type, Value,
    function::{Arguments, Call, Failure, Function},
};

const STRING: Type = Type::String;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("bcrypt", &[STRING], |call, arguments| {
        Ok(Value::text(hashed(call, arguments.text(0)?)?))
    })
    .nondeterministic(),
    Function::new(
        "derivePassword",
        &[Type::UINT32, STRING, STRING, STRING, STRING],
        derive,
    ),
    Function::new("htpasswd", &[STRING, STRING], |call, arguments| {
        let (user, password) = (arguments.text(0)?, arguments.text(1)?);
        call.charge(user.len() + 128)?;
        let user = user.as_bytes();
        if user.contains(&b':') {
            return Ok(Value::text([b"invalid username: ", user].concat()));
        }
        let hash = hashed(call, password)?;
        Ok(Value::text([user, b":", hash.as_bytes()].concat()))
    })
    .nondeterministic(),
];

/// `$2a$10$`, 22 letters of salt and 31 of hash; what is wrong, if the password is too long.
fn hashed(call: &mut Call<'_>, password: &Text) -> Result<String, Failure> {
    if password.len() > 72 {
        return Ok("failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes".to_owned());
    }
    call.steps(HASH_STEPS)?;
    let mut salt = [0; 16];
    call.random(&mut salt);
    // The end of the string counts, as in C, unless there is no more room.
    let mut terminated = Zeroizing::new([password.as_bytes(), b"\0"].concat());
    terminated.truncate(72);
    let hash = bcrypt::bcrypt(10, salt, &terminated);
    let base64 = GeneralPurpose::new(&base64::alphabet::BCRYPT, NO_PAD);
    Ok(format!("$2a$10${}{}", base64.encode(salt), base64.encode(&hash[..23])))
}

/// The algorithm of the Master Password app: a template for the kind of password, filled in by a hash.
fn derive(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let kind = arguments.text(1)?;
    let Some((_, templates)) = TEMPLATES.iter().find(|(name, _)| name.as_bytes() == kind.as_bytes()) else {
        call.charge(kind.len() + 64)?;
        return Ok(Value::text(
            [b"cannot find password template ", kind.as_bytes()].concat(),
        ));
    };
    let (password, user, site) = (arguments.text(2)?, arguments.text(3)?, arguments.text(4)?);
    call.steps(DERIVATION_STEPS)?;
    call.charge(user.len().saturating_add(site.len()).saturating_add(password.len()))?;
    let salt = [SEED, &length(user), user.as_bytes()].concat();
    let mut key = Zeroizing::new([0; 64]);
    let params = Params::new(15, 8, 2).map_err(|_| "failed to derive password")?;
    scrypt::scrypt(password.as_bytes(), &salt, &params, &mut *key).map_err(|_| "failed to derive password")?;

    let counter = (arguments.int(0)? as u32).to_be_bytes();
    let message = [SEED, &length(site), site.as_bytes(), &counter].concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &*key), &message);
    let seed = tag.as_ref();
    let template = templates[usize::from(seed[0]) % templates.len()];
    let letters = template.bytes().zip(&seed[1..]).map(|(class, number)| {
        let letters = letters_of(class);
        letters[usize::from(*number) % letters.len()]
    });
    Ok(Value::text(letters.collect::<Vec<u8>>()))
}

fn length(text: &Text) -> [u8; 4] {
    (text.len() as u32).to_be_bytes()
}

fn letters_of(class: u8) -> &'static [u8] {
    match class {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'A' => b"AEIOUBCDFGHJKLMNPQRSTVWXYZ",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

const SEED: &[u8] = b"com.lyndir.masterpassword";

/// As long as so many steps of a template take.
const HASH_STEPS: u64 = 100_000;
const DERIVATION_STEPS: u64 = 300_000;

const TEMPLATES: [(&str, &[&str]); 6] = [
    ("basic", &["aaanaaan", "aannaaan", "aaannaaa"]),
    (
        "long",
        &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
    ),
    ("maximum", &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"]),
    ("medium", &["CvcnoCvc", "CvcCvcno"]),
    ("pin", &["nnnn"]),
    ("short", &["Cvcn"]),
];
