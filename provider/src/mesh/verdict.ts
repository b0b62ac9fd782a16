// What a program says in the end of a mesh with problems, each of which has been named before: written here, and told from other words.

export function verdictOn(problems: number): string {
  const what = problems === 1 ? "1 problem" : `${problems} problems`;
  return `the mesh has ${what}, named at the resources that they concern: those are left as they are, the others go on`;
}

export function holdsVerdict(text: string): boolean {
  return /\bthe mesh has \d+ problems?\b/.test(text);
}
