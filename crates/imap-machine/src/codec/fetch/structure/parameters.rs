//! Lists in a body structure that are read when asked for: parameters and languages.

use core::fmt;
use core::iter::FusedIterator;

use super::super::value::Value;
use super::super::walker::{Next, Walker, after_space, plain_list, plain_nstring, spaced_nstring};
use crate::codec::defect::DefectKind;

/// The parameters of a media type or a disposition. They are read one by one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Parameters<'a> {
    /// With parentheses; nothing for NIL.
    list: &'a [u8],
}

/// A parameter. Its value is `None` if it is missing, and [`Value::Nil`] if the server says NIL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter<'a> {
    /// `CHARSET`.
    pub name: Value<'a>,
    /// `utf-8`. RFC 2231 forms are not decoded.
    pub value: Option<Value<'a>>,
}

impl<'a> Parameters<'a> {
    const NIL: Self = Self { list: b"" };

    /// The list or NIL that the grammar has here. A string in its place is skipped.
    #[inline]
    pub(super) fn read(walker: &mut Walker<'a, '_>) -> Option<Self> {
        match walker.next() {
            Next::Open => walker
                .list_of(next_parameter, plain_parameter)
                .map(|list| Self { list }),
            Next::Value => {
                let at = walker.position();
                let is_nil = walker.value()?.is_nil();
                if !is_nil {
                    walker.note_at(DefectKind::Form, at);
                }
                is_nil.then_some(Self::NIL)
            }
            Next::End => {
                walker.note(DefectKind::Missing);
                None
            }
        }
    }

    /// NIL, or parameters as plain as most are, and what follows them.
    #[inline]
    pub(super) fn plain(octets: &'a [u8]) -> Option<(Self, &'a [u8])> {
        if let Some((Value::Nil, after)) = plain_nstring(octets) {
            return Some((Self::NIL, after));
        }
        let ((), after) = plain_list(octets, plain_parameter)?;
        let list = octets.get(..octets.len() - after.len())?;
        Some((Self { list }, after))
    }

    /// Whether it is NIL. A list that is empty is not, though it means the same.
    #[must_use]
    pub const fn is_nil(&self) -> bool {
        self.list.is_empty()
    }

    /// The list as received; nothing for NIL.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.list
    }

    /// The parameters in the order received.
    #[must_use]
    #[inline]
    pub fn iter(&self) -> ParameterIter<'a> {
        ParameterIter {
            walker: Walker::inside(self.list),
        }
    }

    /// The value of the first parameter of this name, in upper or lower case. `None` if there is none, and if its value is NIL.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        let found = self.iter().find(|parameter| parameter.name.is(name))?;
        found.value.filter(|value| !value.is_nil())
    }
}

impl<'a> IntoIterator for Parameters<'a> {
    type Item = Parameter<'a>;
    type IntoIter = ParameterIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &Parameters<'a> {
    type Item = Parameter<'a>;
    type IntoIter = ParameterIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Parameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The parameters of [`Parameters`], one by one.
#[derive(Debug)]
pub struct ParameterIter<'a> {
    walker: Walker<'a, 'static>,
}

impl<'a> Iterator for ParameterIter<'a> {
    type Item = Parameter<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        next_parameter(&mut self.walker)
    }
}

impl FusedIterator for ParameterIter<'_> {}

/// The next parameter of the list that the walker is in. A list among them is skipped.
#[inline]
fn next_parameter<'a>(walker: &mut Walker<'a, '_>) -> Option<Parameter<'a>> {
    if let Some(parameter) = walker.plain(plain_parameter) {
        return Some(parameter);
    }
    loop {
        match walker.next() {
            Next::Value => {
                let name = walker.string()?;
                let value = walker.string();
                return Some(Parameter { name, value });
            }
            Next::Open => {
                walker.note(DefectKind::Form);
                walker.skip();
            }
            Next::End => return None,
        }
    }
}

/// A parameter as plain as most are, after one space at most, and what follows it.
#[inline(always)]
fn plain_parameter(octets: &[u8]) -> Option<(Parameter<'_>, &[u8])> {
    let (name, after) = spaced_nstring(octets)?;
    let (value, after) = plain_nstring(after_space(after)?)?;
    let value = Some(value);
    Some((Parameter { name, value }, after))
}

/// The languages of a part (RFC 3282): one string, or a list of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Language<'a>(LanguageForm<'a>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum LanguageForm<'a> {
    One(Value<'a>),
    /// With parentheses.
    Many(&'a [u8]),
}

impl<'a> Language<'a> {
    /// The list, string or NIL that is next.
    pub(super) fn read(walker: &mut Walker<'a, '_>) -> Option<Self> {
        let form = match walker.next() {
            Next::Open => LanguageForm::Many(walker.list_of(next_language, spaced_nstring)?),
            Next::Value | Next::End => LanguageForm::One(walker.nstring()?),
        };
        Some(Self(form))
    }

    /// One language, or NIL.
    pub(super) const fn one(value: Value<'a>) -> Self {
        Self(LanguageForm::One(value))
    }

    /// Whether it is NIL.
    #[must_use]
    pub const fn is_nil(&self) -> bool {
        matches!(self.0, LanguageForm::One(Value::Nil))
    }

    /// The languages in the order received; none for NIL.
    #[must_use]
    pub fn iter(&self) -> LanguageIter<'a> {
        match self.0 {
            LanguageForm::One(one) => LanguageIter {
                one: Some(one).filter(|one| !one.is_nil()),
                many: Walker::inside(b""),
            },
            LanguageForm::Many(list) => LanguageIter {
                one: None,
                many: Walker::inside(list),
            },
        }
    }
}

impl<'a> IntoIterator for Language<'a> {
    type Item = Value<'a>;
    type IntoIter = LanguageIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &Language<'a> {
    type Item = Value<'a>;
    type IntoIter = LanguageIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Language<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The languages of [`Language`], one by one.
#[derive(Debug)]
pub struct LanguageIter<'a> {
    one: Option<Value<'a>>,
    many: Walker<'a, 'static>,
}

impl<'a> Iterator for LanguageIter<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.one.take().or_else(|| next_language(&mut self.many))
    }
}

impl FusedIterator for LanguageIter<'_> {}

/// The next language of the list that the walker is in. Lists and NIL among them are skipped.
fn next_language<'a>(walker: &mut Walker<'a, '_>) -> Option<Value<'a>> {
    while walker.next() != Next::End {
        if let Some(language) = walker.string().filter(|language| !language.is_nil()) {
            return Some(language);
        }
    }
    None
}
