// Read in the folder into which the client goes.
module.exports = {
    maqal: {
        input: { target: "../openapi.json" },
        output: { target: "api.ts", client: "fetch", baseUrl: process.env.MAQAL_BASE },
    },
};
