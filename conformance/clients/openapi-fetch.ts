import createClient from "openapi-fetch";

import type { paths } from "./api";
import { base, check, key } from "./check";

const client = createClient<paths>({ baseUrl: base, headers: { Authorization: `Bearer ${key}` } });

const list = await client.GET("/v1/articles", {
    params: { query: { fields: ["headline", "published_at"], limit: 2 } },
});
check(list.data !== undefined && list.data.data.length === 2, "the list has two articles");
const [first] = list.data.data;
check(first?.headline !== undefined && first.version === undefined, "they have the fields that were asked for alone");

const created = await client.POST("/v1/articles", { body: { language: "ar", headline: "خبر من openapi-fetch" } });
check(created.data !== undefined, "an article is created");
const id: string = created.data.id;
const version: number = created.data.version;

const read = await client.GET("/v1/articles/{id}", { params: { path: { id } } });
check(read.data !== undefined && "version" in read.data, "it is read whole");
check(read.data.headline === created.data.headline && read.data.version === version, "it is the same");

const missing = await client.GET("/v1/articles/{id}", { params: { path: { id: "nothing-of-this-name" } } });
check(missing.response.status === 404 && missing.error?.status === 404, "what is not there answers 404");

const stale = await client.PATCH("/v1/articles/{id}", {
    params: { path: { id }, header: { "If-Match": '"999"' } },
    body: { standfirst: "x" },
});
check(stale.response.status === 412 && stale.error?.type === "/problems/stale-version", "a stale version answers 412");
