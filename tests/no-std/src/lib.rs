//! Shows that `imap-machine` and all it depends on work without std.
//!
//! This crate has the panic handler. std brings one too, so as soon as any crate below links std the compiler
//! refuses this one with E0152, "found duplicate lang item `panic_impl`". That holds on every target, also
//! where std exists.
#![no_std]

use core::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;

use imap_machine::Instant;
use imap_machine::client::{ClientConnection, Config, Event};

#[cfg(feature = "self-test-std")]
extern crate std;

/// Entry point, so that code is generated and not only type-checked: how many events a greeting makes.
#[unsafe(no_mangle)]
pub extern "C" fn imap_machine_events() -> usize {
    let mut connection = ClientConnection::new(Config::default(), Instant::ORIGIN);
    connection.handle_input(b"* OK hello\r\n", Instant::ORIGIN);
    let mut events = 0;
    while let Some(Event::Greeting { .. }) = connection.poll_event() {
        events += 1;
    }
    events
}

/// An allocator without memory. This library is compiled, and never run.
struct NoMemory;

// SAFETY: a null pointer is how an allocator says that there is no memory, and nothing is ever given out,
// so there is nothing to free.
unsafe impl GlobalAlloc for NoMemory {
    unsafe fn alloc(&self, _layout: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }

    unsafe fn dealloc(&self, _memory: *mut u8, _layout: Layout) {}
}

#[global_allocator]
static ALLOCATOR: NoMemory = NoMemory;

#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    loop {}
}
