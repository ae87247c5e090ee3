let turn = 0;
let isPlanned = false;

function pass(): void {
  turn += 1;
  isPlanned = false;
}

/**
 * The present turn of the event loop. Between two equal answers nothing was read from any socket.
 *
 * One callback for each turn in which somebody asks; it keeps no process alive.
 */
export function currentTurn(): number {
  if (!isPlanned) {
    isPlanned = true;
    setImmediate(pass).unref();
  }
  return turn;
}
