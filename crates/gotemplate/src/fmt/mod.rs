//! Go's `fmt`: how values print.

mod flags;
mod format;
mod number;
mod printer;
mod string;
mod structure;

pub(crate) use printer::Printer;

use crate::{
    Text, Value,
    function::{Call, Failure},
};

/// `fmt.Sprint`: a space between two operands when neither is a string.
pub(crate) fn print(call: &mut Call<'_>, values: &[Value]) -> Result<Text, Failure> {
    render(call, |printer| printer.print(values))
}

/// `fmt.Sprintln`.
pub(crate) fn println(call: &mut Call<'_>, values: &[Value]) -> Result<Text, Failure> {
    render(call, |printer| printer.println(values))
}

/// `fmt.Sprintf`.
pub(crate) fn printf(call: &mut Call<'_>, format: &[u8], values: &[Value]) -> Result<Text, Failure> {
    render(call, |printer| printer.printf(format, values))
}

/// Runs a printer and gives what it printed.
fn render(
    call: &mut Call<'_>,
    print: impl FnOnce(&mut Printer<'_, '_>) -> Result<(), Failure>,
) -> Result<Text, Failure> {
    let mut printer = Printer::new(&mut call.budget);
    print(&mut printer)?;
    let addressed = printer.addressed;
    let text = printer.into_buffer().into();
    if addressed {
        call.is_nondeterministic();
    }
    Ok(text)
}
