let turn = 0;
let isPlanned = false;

function pass(): void {
  turn += 1;
  isPlanned = false;
}

/**
 * The present turn: it passes when no promise has a reaction left to run. Between two equal answers no socket
 * was asked for what came.
 */
export function currentTurn(): number {
  if (!isPlanned) {
    isPlanned = true;
    // A tick planned by a reaction comes behind all reactions.
    queueMicrotask(() => process.nextTick(pass));
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
