import { createArticle, listArticles, readArticle, updateArticle } from "./api";
import { client } from "./api/client.gen";
import { base, check, key } from "./check";

client.setConfig({ baseUrl: base, auth: () => key });

const list = await listArticles({ query: { fields: ["headline", "published_at"], limit: 2 } });
check(list.data !== undefined && list.data.data.length === 2, "the list has two articles");
const [first] = list.data.data;
check(first?.headline !== undefined && first.version === undefined, "they have the fields that were asked for alone");

const created = await createArticle({ body: { language: "ar", headline: "خبر من hey-api" } });
check(created.data !== undefined, "an article is created");
const id: string = created.data.id;

const read = await readArticle({ path: { id } });
check(read.data !== undefined && "version" in read.data, "it is read whole");
check(read.data.headline === created.data.headline && read.data.version === created.data.version, "it is the same");

const missing = await readArticle({ path: { id: "nothing-of-this-name" } });
check(missing.response?.status === 404 && missing.error?.status === 404, "what is not there answers 404");

const stale = await updateArticle({ path: { id }, headers: { "If-Match": '"999"' }, body: { standfirst: "x" } });
check(stale.response?.status === 412 && stale.error?.type === "/problems/stale-version", "a stale version answers 412");
