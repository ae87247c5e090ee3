/** Rows of the fault matrix that are not run here, with the reason. */
export const notAutomated: Readonly<Record<string, readonly string[]>> = {
  "refused when options are read, without a network: tests of core's options and of each transport":
    "C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12 C13 C14 C15 C16 C17".split(" "),
  "values of records and tensors, with properties of their own: tests of core's record and tensor":
    "D4 D5 D6 D8 D9 D10 D14 D15 D16".split(" "),
  "options of a later release: breaker, health checks, several endpoints, keyed sequences, gate":
    "C18 S1 S16 S17 S18 S19 S21 S22 Q1 Q2 Q3 Q4 Q5 Q6 Q7 Q8 Q9 Q10 Q11 Q12 Q13".split(" "),
  "needs certificates: tests of each transport": "N6 N7 N8".split(" "),
  "needs a resolver that lies, which the transports take as an option: their tests":
    "N3 N4 N23".split(" "),
  "needs rights over the network of the machine": "N2 N5 N24".split(" "),
  "metadata and health, asked before records: tests of each transport": "H33 H34 G13 G14".split(
    " ",
  ),
  "a stream of answers, not rows: the conformance suite": ["H31"],
  "values inside tensors: tests of core's decoders": "H18 H19 H21".split(" "),
  "settings of connections: tests of transport-grpc": "G18 G19".split(" "),
  "the machine or the process itself: manual, or tests of the package that owns it":
    "R1 R2 R3 R4 R5 R6 R7 R8 R9 X1 X2 X3 X4 X5 X6 X7 X8 X9 X10 X11 X12".split(" "),
  "the embedded runner has its own tests": "O1 O2 O3 O4 O5 O6 O7 O8 O9".split(" "),
};

/** How many rows each part of the fault matrix has. */
export const rowsOfPart: Readonly<Record<string, number>> = {
  C: 18,
  D: 16,
  N: 25,
  H: 34,
  G: 19,
  S: 22,
  Q: 13,
  R: 9,
  X: 12,
  O: 9,
};
