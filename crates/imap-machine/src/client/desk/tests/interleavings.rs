//! Any interleaving of readers that read, stall or go, and of a server that answers in order.

use alloc::vec::Vec;

use proptest::prelude::*;

use super::world::{Op, PATIENCE, World, ops};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// No row, no answer and no news is lost or comes twice; what is held stays within the limits; and when all readers read, all
    /// ends well.
    #[test]
    fn nothing_is_lost(ops in ops()) {
        let mut world = World::new();
        ops.iter().for_each(|op| world.apply(op));
        for _ in 0..100_000 {
            world.done();
            world.speak(usize::MAX);
            let handles: Vec<_> = world.streams.keys().copied().collect();
            let took = handles.into_iter().filter(|handle| world.take(*handle)).count();
            if took == 0 && world.has_said_all() {
                break;
            }
        }
        prop_assert!(world.streams.is_empty(), "{:?}", world.streams);
        world.hear_all();
        prop_assert_eq!(world.typed(), world.take_answers());
        prop_assert_eq!(world.desk.held(), 0);
        prop_assert!(world.desk.closed().is_none());
    }

    /// If readers stall for ever, each of them costs the others its patience, and no more.
    #[test]
    fn nobody_waits_longer_than_patience(ops in ops()) {
        let mut world = World::new();
        ops.iter().for_each(|op| world.apply(op));
        world.apply(&Op::Noop);
        for _ in 0..world.streams.len() {
            world.speak(usize::MAX);
            world.apply(&Op::Wait(PATIENCE));
        }
        world.speak(usize::MAX);
        prop_assert_eq!(world.typed(), world.take_answers());
        prop_assert!(world.desk.closed().is_none());
    }

    /// If the connection ends in the middle, each reader has its end, once, after all that has come for it.
    #[test]
    fn each_reader_has_its_end(ops in ops(), how in 0_usize..3) {
        let mut world = World::new();
        ops.iter().for_each(|op| world.apply(op));
        world.end(how);
        let handles: Vec<_> = world.streams.keys().copied().collect();
        // A connection that does not read sees its end when it reads on.
        for handle in handles {
            while world.take(handle) {
                world.apply(&Op::Speak(0));
            }
        }
        prop_assert!(world.streams.is_empty(), "{:?}", world.streams);
        prop_assert!(world.desk.closed().is_some());
        world.hear_all();
        world.take_answers();
        prop_assert_eq!(world.desk.held(), 0);
    }
}
