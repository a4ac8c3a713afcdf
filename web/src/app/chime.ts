/**
 * The sound of a new line: two soft wooden taps like beads of an abacus, made on the spot, so that no file is loaded.
 * `volume` 0–100. Browsers stay silent until the person has touched the page once.
 */
let context: AudioContext | null = null;

export function chime(volume: number): void {
  if (typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  void context.resume();
  tap(context, context.currentTime + 0.01, 880, volume);
  tap(context, context.currentTime + 0.12, 1175, volume);
}

function tap(audio: AudioContext, at: number, pitch: number, volume: number): void {
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  tone.type = "triangle";
  tone.frequency.setValueAtTime(pitch, at);
  loudness.gain.setValueAtTime(0.0001, at);
  loudness.gain.exponentialRampToValueAtTime(Math.max(0.001, (volume / 100) * 0.35), at + 0.008);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.22);
  tone.connect(loudness).connect(audio.destination);
  tone.start(at);
  tone.stop(at + 0.25);
}
