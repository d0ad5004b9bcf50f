//! Go's integer types in one.

/// An integer of any of Go's types. The 64 bits are read as signed or unsigned, as the type says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Integer {
    kind: Kind,
    bits: u64,
}

/// The type of an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "Go's names")]
pub enum Kind {
    Int,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    /// `time.Duration`: an `int64` of nanoseconds with methods.
    Duration,
    /// `time.Month`: an `int` with methods.
    Month,
    /// `time.Weekday`: an `int` with methods.
    Weekday,
}

impl Integer {
    /// Of a signed type, or of an unsigned one that holds the value.
    pub fn new(kind: Kind, value: i64) -> Self {
        Self {
            kind,
            bits: value.cast_unsigned(),
        }
    }

    /// Of an unsigned type.
    pub fn unsigned(kind: Kind, bits: u64) -> Self {
        Self { kind, bits }
    }

    /// Its type.
    pub fn kind(self) -> Kind {
        self.kind
    }

    /// The bits, with the sign spread over all 64.
    pub fn bits(self) -> u64 {
        self.bits
    }

    /// The bits as a signed number: Go's `int64(x)`.
    pub fn signed(self) -> i64 {
        self.bits.cast_signed()
    }
}

impl Kind {
    /// Whether the type has a sign.
    pub fn is_signed(self) -> bool {
        !matches!(
            self,
            Self::Uint | Self::Uint8 | Self::Uint16 | Self::Uint32 | Self::Uint64
        )
    }

    /// The bits that an unsigned type of this size keeps.
    pub fn wrap(self, bits: u64) -> u64 {
        match self {
            Self::Uint8 => bits & 0xFF,
            Self::Uint16 => bits & 0xFFFF,
            Self::Uint32 => bits & 0xFFFF_FFFF,
            _ => bits,
        }
    }

    /// Whether it is a type of its own over one of Go's.
    pub fn is_named(self) -> bool {
        matches!(self, Self::Duration | Self::Month | Self::Weekday)
    }

    /// Go's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint => "uint",
            Self::Uint8 => "uint8",
            Self::Uint16 => "uint16",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
            Self::Duration => "time.Duration",
            Self::Month => "time.Month",
            Self::Weekday => "time.Weekday",
        }
    }

    /// Go's name of the kind: of the type underneath.
    pub fn kind_name(self) -> &'static str {
        match self {
            Self::Duration => "int64",
            Self::Month | Self::Weekday => "int",
            plain => plain.name(),
        }
    }
}
