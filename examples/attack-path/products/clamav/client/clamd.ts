// clamd's own protocol: `zCOMMAND`, a null byte, one answer that ends with a null byte.
import { connect } from "node:net";

export interface Clamd {
  host: string;
  port: number;
}

const answerTime = 30_000; // milliseconds: a reload of a large database takes seconds

export function ask({ host, port }: Clamd, command: string, stream?: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => {
      socket.write(`z${command}\0`);
      if (stream) socket.write(Buffer.concat([lengthOf(stream), stream, Buffer.alloc(4)]));
    });
    let answer = "";
    socket.setTimeout(answerTime, () => socket.destroy(new Error("no answer")));
    socket.on("data", (data) => (answer += data.toString("utf8")));
    socket.on("error", (error) => reject(new Error(`clamd at ${host}:${port}: ${error.message}`)));
    socket.on("close", () => resolve(answer.replace(/\0$/, "")));
  });
}

function lengthOf(stream: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(stream.length);
  return length;
}

/** Resolves when clamd has taken the order: it reads the database beside its other work. */
export async function reload(clamd: Clamd): Promise<void> {
  const answer = await ask(clamd, "RELOAD");
  if (answer !== "RELOADING") throw new Error(`clamd at ${clamd.host}:${clamd.port} does not reload: ${answer}`);
}
