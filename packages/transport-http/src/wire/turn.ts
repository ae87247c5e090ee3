let turn = 0;
let isPlanned = false;

function pass(): void {
  turn += 1;
  isPlanned = false;
}

/**
 * The present turn of the event loop. Between two equal answers no socket was asked for what came.
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

/**
 * Calls back when every socket was read once more. Behind a callback for a socket the first `setImmediate`
 * comes without it: the turn's reading has begun before.
 */
export function afterWholeTurn(callback: () => void): void {
  setImmediate(() => setImmediate(callback));
}
