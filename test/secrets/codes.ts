// What a failing action says: tests compare codes, and prose only where it must not hold something.
import { type DiagnosticCode, MeshroomError } from "../../provider/src/diagnostic";

export async function failure(work: Promise<unknown>): Promise<MeshroomError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof MeshroomError) return error;
    throw error;
  }
  throw new Error("this should have failed");
}

export async function codes(work: Promise<unknown>): Promise<DiagnosticCode[]> {
  return (await failure(work)).diagnostics.map(({ code }) => code);
}
