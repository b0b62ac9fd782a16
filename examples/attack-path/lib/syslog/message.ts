// Syslog messages as RFC 5424 has them, framed by octet counting (RFC 6587), for any sender.
export interface SyslogMessage {
  /** Facility by number; 16 is local0. */
  facility?: number;
  severity?: number;
  host?: string;
  program: string;
  time?: Date;
  text: string;
}

export function formatMessage(message: SyslogMessage): string {
  const { facility = 16, severity = 4, host = "-", program, time = new Date(), text } = message;
  return `<${facility * 8 + severity}>1 ${time.toISOString()} ${host} ${program} - - - ${text}`;
}

/** The message with its length in front: may hold line breaks, and needs no escape. */
export function frame(message: string): Buffer {
  const bytes = Buffer.from(message);
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes]);
}
