// The package `openpgp` as this CommonJS package sees it: types at once, the code (an ES module of 1 MB) only where a store is opened.

type Openpgp = typeof import("openpgp", { with: { "resolution-mode": "import" }});

export type KeyID = InstanceType<Openpgp["KeyID"]>;
export type Message = InstanceType<Openpgp["Message"]>;
export type PrivateKey = InstanceType<Openpgp["PrivateKey"]>;
export type PublicKey = InstanceType<Openpgp["PublicKey"]>;

/** Whether a message hides for whom it is. */
export function isHidden(id: KeyID): boolean {
  return /^0*$/.test(id.toHex());
}
