// What the programs of all generated clients share.

declare const process: { env: Record<string, string | undefined> };

function setting(name: string): string {
    const value = process.env[name];
    if (value === undefined) throw new Error(`${name} is not set`);
    return value;
}

export const base = setting("MAQAL_BASE");
export const key = setting("MAQAL_KEY");

export function check(holds: boolean, what: string): asserts holds {
    if (!holds) throw new Error(`it does not hold that ${what}`);
}
