import { createArticle, listArticles, readArticle, updateArticle } from "./api";
import { check, key } from "./check";

const headers = { Authorization: `Bearer ${key}` };

const list = await listArticles({ fields: ["headline", "published_at"], limit: 2 });
check(list.status === 200 && list.data.data.length === 2, "the list has two articles");
const [first] = list.data.data;
check(first?.headline !== undefined && first.version === undefined, "they have the fields that were asked for alone");

const created = await createArticle({ language: "ar", headline: "خبر من orval" }, { headers });
check(created.status === 201, "an article is created");
const id: string = created.data.id;

const read = await readArticle(id, {}, { headers });
check(read.status === 200 && "version" in read.data, "it is read whole");
check(read.data.headline === created.data.headline && read.data.version === created.data.version, "it is the same");

const missing = await readArticle("nothing-of-this-name");
check(missing.status === 404 && missing.data.status === 404, "what is not there answers 404");

const stale = await updateArticle(id, { standfirst: "x" }, { headers: { ...headers, "If-Match": '"999"' } });
check(stale.status === 412 && stale.data.type === "/problems/stale-version", "a stale version answers 412");
