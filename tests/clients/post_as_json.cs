// A call as Studio's C# page had its users write it: PostAsJsonAsync, which sends chunks and tells no length.
using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading.Tasks;

public class StringTable
{
    public string[] ColumnNames { get; set; }
    public string[,] Values { get; set; }
}

class Program
{
    static int Main(string[] arguments)
    {
        return Call(arguments[0], arguments[1]).GetAwaiter().GetResult();
    }

    static async Task<int> Call(string url, string key)
    {
        using (var client = new HttpClient())
        {
            var request = new
            {
                Inputs = new Dictionary<string, StringTable>
                {
                    { "input1", new StringTable
                        {
                            ColumnNames = new[] { "a", "b", "who" },
                            Values = new[,] { { "1", "2.5", "Änn" }, { "2", null, "Bob" } }
                        }
                    },
                },
                GlobalParameters = new Dictionary<string, string>()
            };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            client.DefaultRequestHeaders.ExpectContinue = true;
            client.DefaultRequestHeaders.TransferEncodingChunked = true;
            client.BaseAddress = new Uri(url);
            for (var call = 0; call < 2; call++)
            {
                HttpResponseMessage response = await client.PostAsJsonAsync("", request);
                Console.WriteLine(await response.Content.ReadAsStringAsync());
                if (!response.IsSuccessStatusCode) return 1;
            }
            return 0;
        }
    }
}
