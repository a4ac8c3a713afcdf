/** Notices silence: pings on time and gives up a socket from which nothing has come for too long. */

const GRACE = 10_000;
const PROBE = 4_000;

export class Pulse {
  private beat: ReturnType<typeof setInterval> | undefined;
  private deadline: ReturnType<typeof setTimeout> | undefined;
  private every = 25_000;
  private running = false;

  constructor(
    private readonly ping: () => void,
    private readonly silent: () => void,
  ) {}

  start(seconds: number): void {
    this.stop();
    this.every = Math.max(1, seconds) * 1000;
    this.running = true;
    this.beat = setInterval(this.ping, this.every);
    this.heard();
  }

  /** Something arrived: the socket lives. */
  heard(): void {
    if (this.running) this.expect(this.every + GRACE);
  }

  /** Asks now and waits only briefly: used when the page wakes up, whose timers may have slept for hours. */
  probe(): void {
    if (!this.running) return;
    this.ping();
    this.expect(PROBE);
  }

  stop(): void {
    this.running = false;
    clearInterval(this.beat);
    clearTimeout(this.deadline);
  }

  private expect(within: number): void {
    clearTimeout(this.deadline);
    this.deadline = setTimeout(this.silent, within);
  }
}
