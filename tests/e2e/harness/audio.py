"""Tones: the source of a phone's speech and the proof of what the far end heard."""

import math
import struct
import wave

RATE = 48000


def write_tone(path, frequency, seconds=60):
    """A mono 48 kHz WAV file with one tone at half scale."""
    period = [int(16000 * math.sin(2 * math.pi * frequency * n / RATE)) for n in range(RATE)]
    second = struct.pack(f"<{RATE}h", *period)  # whole periods per second: no click at the seams
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        for _ in range(seconds):
            out.writeframes(second)


def read_samples(path):
    with wave.open(str(path), "rb") as source:
        rate, channels = source.getframerate(), source.getnchannels()
        frames = source.readframes(source.getnframes())
    samples = struct.unpack(f"<{len(frames) // 2}h", frames)
    return rate, samples[::channels]


def power_at(samples, rate, frequency):
    """Goertzel: the share of the signal's power that lies at `frequency` (0 to 1)."""
    total = sum(s * s for s in samples)
    if not samples or total == 0:
        return 0.0
    coefficient = 2 * math.cos(2 * math.pi * frequency / rate)
    previous = before = 0.0
    for sample in samples:
        previous, before = sample + coefficient * previous - before, previous
    power = previous * previous + before * before - coefficient * previous * before
    return 2 * power / (total * len(samples))


def heard_share(path, frequency):
    """Median share of `frequency` over the half seconds of a recording that hold any sound."""
    rate, samples = read_samples(path)
    width = rate // 2
    shares = []
    for start in range(0, len(samples) - width, width):
        piece = samples[start:start + width]
        if sum(abs(s) for s in piece) / width > 200:
            shares.append(power_at(piece, rate, frequency))
    return sorted(shares)[len(shares) // 2] if shares else 0.0
