//! AES-256-CBC in Base64, the IV before the ciphertext, with a password as the key: cut or filled up with zeros.

use aws_lc_rs::{
    cipher::{
        AES_256, DecryptingKey, DecryptionContext, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey,
    },
    iv::FixedLength,
};
use zeroize::Zeroizing;

use super::encode;
use crate::{
    Type, Value,
    function::{Arguments, Call, Failure, Function},
};

const STRINGS: &[Type] = &[Type::String, Type::String];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("decryptAES", STRINGS, decrypt),
    Function::new("encryptAES", STRINGS, encrypt).nondeterministic(),
];

fn key(password: &[u8]) -> Result<UnboundCipherKey, Failure> {
    let mut key = Zeroizing::new([0; 32]);
    let length = password.len().min(32);
    key[..length].copy_from_slice(&password[..length]);
    UnboundCipherKey::new(&AES_256, &*key).map_err(|_| "crypto/aes: invalid key size".into())
}

fn encrypt(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = arguments.text(1)?.as_bytes();
    if text.is_empty() {
        return Ok(Value::text(""));
    }
    call.charge(text.len().saturating_mul(3) + 64)?;
    let mut iv = [0; BLOCK];
    call.random(&mut iv);
    let mut content = Zeroizing::new(Vec::with_capacity(text.len() + BLOCK));
    content.extend_from_slice(text);
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(key(arguments.text(0)?.as_bytes())?);
    let context = EncryptionContext::Iv128(FixedLength::from(iv));
    key.and_then(|key| key.less_safe_encrypt(&mut *content, context))
        .map_err(|_| "the text cannot be encrypted")?;
    Ok(Value::text(encode::to_base64(&[iv.as_slice(), &content].concat())))
}

/// The last byte says how many to leave out; Go looks at no other.
fn decrypt(call: &mut Call<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = arguments.text(1)?.as_bytes();
    if text.is_empty() {
        return Ok(Value::text(""));
    }
    call.charge(text.len().saturating_mul(2))?;
    let bytes = encode::base64(text).map_err(|at| Failure::new(format!("illegal base64 data at input byte {at}")))?;
    let (iv, ciphertext) = bytes
        .split_first_chunk::<BLOCK>()
        .ok_or("runtime error: slice bounds out of range")?;
    if ciphertext.is_empty() {
        return Err("runtime error: index out of range [-1]".into());
    }
    if ciphertext.len() % BLOCK != 0 {
        return Err("crypto/cipher: input not full blocks".into());
    }
    let mut content = Zeroizing::new(ciphertext.to_vec());
    let key = DecryptingKey::cbc(key(arguments.text(0)?.as_bytes())?);
    let context = DecryptionContext::Iv128(FixedLength::from(*iv));
    key.and_then(|key| key.decrypt(&mut content, context).map(|_| ()))
        .map_err(|_| "the text cannot be decrypted")?;
    let padding = content.last().copied().map_or(0, usize::from);
    let length = content
        .len()
        .checked_sub(padding)
        .ok_or("runtime error: slice bounds out of range")?;
    Ok(Value::text(&content[..length]))
}

const BLOCK: usize = 16;
