//! A source of choices that shrinks well.

/// Numbers that are consumed one by one; past its end every choice is the first one.
#[derive(Debug, Clone)]
pub struct Tape {
    numbers: std::vec::IntoIter<u16>,
}

impl Tape {
    /// A tape of these numbers.
    pub fn new(numbers: Vec<u16>) -> Tape {
        Tape { numbers: numbers.into_iter() }
    }

    /// A number below `bound`; 0 where `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        match self.numbers.next() {
            Some(number) if bound > 0 => usize::from(number) % bound,
            _ => 0,
        }
    }

    /// True once in `n` times, and never once the tape is used up.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    /// One of these; `None` where there are none.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        (0..4).fold(0, |bits, _| bits << 16 | self.below(1 << 16) as u64)
    }
}
